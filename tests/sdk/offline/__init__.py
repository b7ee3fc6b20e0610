"""Runs scripts written for Azure on the real SDKs without Azure, and records what they ask for.

Every SDK here speaks HTTP through the `requests` package, so one patch below it (`network`) keeps
every request in the process; `arm`, `storage` and the modules of the single SDKs answer as the
service would. Request building, validation, paging and polling stay the SDK's own.
"""
