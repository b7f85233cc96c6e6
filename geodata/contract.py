"""What all contracts share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1)]


class Contract(BaseModel):
    """A frozen value in which no unknown key passes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
