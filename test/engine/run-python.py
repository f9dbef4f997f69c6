"""Runs a Pulumi program in Python for the engine, as `pulumi-language-python-exec` does, which comes with the CLI."""

import argparse
import asyncio
import os
import runpy
import sys

import pulumi.runtime

parser = argparse.ArgumentParser()
for flag in ["monitor", "engine", "organization", "root-directory", "project", "stack", "pwd"]:
    parser.add_argument(f"--{flag}", default="")
parser.add_argument("--parallel", type=int, default=0)
parser.add_argument("--dry-run", action="store_true")
parser.add_argument("program")
args = parser.parse_args()

os.chdir(args.pwd or os.path.dirname(args.program))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(args.program))
pulumi.runtime.configure(
    pulumi.runtime.Settings(
        monitor=args.monitor,
        engine=args.engine,
        organization=args.organization,
        project=args.project,
        stack=args.stack,
        parallel=args.parallel,
        dry_run=args.dry_run,
        root_directory=args.root_directory,
    )
)
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(
    pulumi.runtime.run_in_stack(lambda: runpy.run_path(args.program, run_name="__main__"))
)
