"""The demo: local stand-ins for the messengers and the page that shows them."""
