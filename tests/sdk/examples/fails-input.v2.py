"""A script that asks a question fails: nobody is there to answer."""

input("Which workspace? ")
