"""How copy arrives besides the watched folder: places that are asked on a schedule, and places that send to us.

`rounds` asks whatever is due; one module for each way of asking; `push` takes what is sent; `health` says how each
source is. Whatever comes goes through `landing` or `taking`, so that bytes are kept before anything else happens.
"""
