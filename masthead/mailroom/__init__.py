"""The outbox: every letter the paper sends goes through here, exactly as often as it was meant to.

    outbox.post(letter, key)      a whole letter, in the caller's transaction; the same key is posted once
    outbox.plan(planned)          many letters that are written only when they leave
    composing.composer(name, f)   who writes those
    parcels.plan                  pushes and activities: what other computers are told over the web
    courier.Courier               the worker that carries those
    postman.Postman               the worker that hands them to the mail server
"""
