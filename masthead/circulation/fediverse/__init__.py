"""The paper and its sections in the fediverse (ActivityPub): they publish and are followed, and read nothing.

    actors      who we are there, and our keys
    documents   what other servers are shown, as values
    publishing  what they are told when a story appears, changes or is taken back
    inbox       what they tell us: somebody follows, somebody left
"""
