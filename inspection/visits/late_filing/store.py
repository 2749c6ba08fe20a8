"""Queries of visits that are filed afterwards."""
