"""The playbook: the file's format, its overlay, its faults and gaps, its digest, and the model the rest reads."""

from bot.core.playbook.faults import Fault, Mark
from bot.core.playbook.gaps import Gap, gaps
from bot.core.playbook.loading import Loaded, load
from bot.core.playbook.model import Act, Kind, Path, Playbook, Step
from bot.core.playbook.who import Who

__all__ = ["Act", "Fault", "Gap", "Kind", "Loaded", "Mark", "Path", "Playbook", "Step", "Who", "gaps", "load"]
