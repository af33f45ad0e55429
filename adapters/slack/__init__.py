"""Slack: how cards look there, how messages go out, how taps, modals and words come in. Uses slack-bolt and slack-sdk."""
