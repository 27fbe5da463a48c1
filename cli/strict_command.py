"""A command that refuses an option which is given twice: click would silently keep the last one."""

from __future__ import annotations

import click


class StrictCommand(click.Command):
    """Options that may be repeated are those with `multiple`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does. Raises UsageError with every option that is given more than once."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        given = [one for one in order if isinstance(one, click.Option) and not one.multiple and one.expose_value]
        problems = []
        for name in dict.fromkeys(one.name for one in given):
            same = [one for one in given if one.name == name]
            options = list(dict.fromkeys(one.opts[-1] for one in same))
            if len(options) > 1:
                problems.append(f"{' and '.join(options)} exclude each other; keep one")
            elif len(same) > 1:
                problems.append(f"{options[0]} is given {len(same)} times; keep one")
        if problems:
            raise click.UsageError("; ".join(problems), ctx)
        return super().parse_args(ctx, args)
