"""The conversation: threads under stories, the rules of the paper, and what moderators decide.

writing.post              what a reader wrote becomes a comment: published, waiting, or not taken, with every reason
moderating.decide         what a moderator says of it; every decision can be taken back
reading.keeper            what the press prints of a thread
rules.BOOK                the rules, each with a name, the words of the guideline, and near misses in the tests
"""
