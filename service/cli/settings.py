"""Reads the settings for the commands; a wrong one ends them with one line."""

import click

from service.config import Config, WrongSetting


def read_config() -> Config:
    try:
        return Config.from_environment()
    except WrongSetting as error:
        raise click.ClickException(str(error)) from None
