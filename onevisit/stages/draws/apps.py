"""Django application `draws`."""

from django.apps import AppConfig


class DrawsConfig(AppConfig):
    name = "onevisit.stages.draws"
    label = "draws"
    verbose_name = "双随机抽取"
