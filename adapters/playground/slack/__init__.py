"""Slack's Web API and Socket Mode on loopback, strict: it refuses what Slack refuses."""

from adapters.playground.slack.records import Acked, Call, ChatMessage, File, Submitted, View
from adapters.playground.slack.standin import SlackStandIn

__all__ = ["Acked", "Call", "ChatMessage", "File", "SlackStandIn", "Submitted", "View"]
