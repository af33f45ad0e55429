"""Opening a request in chat: what is asked, what has been said so far, what will happen, and sending it once."""
