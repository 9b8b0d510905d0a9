"""Measurements that are run by hand; none takes part in the product."""
