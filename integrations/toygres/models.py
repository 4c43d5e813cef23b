"""The bodies of the API's requests."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class InstanceRequest(BaseModel):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
    # "broken" exists so that a workflow, and later a request, can fail for good
    size: Literal["small", "large", "broken"] = "small"


class ActivityEvent(BaseModel):
    """What an activity of a workflow tells about its instance."""

    activity: str
    state: Literal["allocating", "starting", "running", "failed", "draining", "releasing", "deleted"]
    endpoint: str | None = None
