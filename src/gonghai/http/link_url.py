"""The address of an invitation or password reset, as it is handed to people."""

from fastapi import Request

from gonghai.people.links import NewLink


def link_url(request: Request, link: NewLink) -> str:
    """Below the installation's public address, or else the one that was asked."""
    base = request.app.state.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/links/{link.token}"
