"""The adapter for Slack against a stand-in that refuses what Slack refuses."""
