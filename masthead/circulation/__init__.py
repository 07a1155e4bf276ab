"""Follows, editions and alerts: who gets which story, exactly once.

    following   ask to follow, confirm, change, leave: everything a follower does
    news        what is new for whom, asked of the gate
    editions    the one letter a day, planned as rows and written when it leaves
    alerts      what the desk sends at once, and what follows when it was wrong
    newsletters what the desk writes itself
"""
