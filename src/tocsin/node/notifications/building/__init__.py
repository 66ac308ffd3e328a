"""What partners would be told of an event: put together of what is kept, and looked at before it leaves."""
