def doorkeeper(get_response):
    return get_response
