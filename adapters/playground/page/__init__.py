"""The demo page: both messengers side by side in a browser."""
