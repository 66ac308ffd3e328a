"""Registers of partners as they come. Acts on requests are read by the app of joint objects."""
