"""A platform that is not one: hosts one benign picture and answers notices as told.

For the demo and the tests only. It says so on every page and listens on 127.0.0.1 only.
"""
