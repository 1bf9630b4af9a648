"""A page a command in docs/commands: the prose is written by hand, the help is the program's own."""
import os
import re
import subprocess

from pages import Problem, table

INDEX = "docs/commands/README.md"


def output(program, *arguments):
    environment = {**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, env=environment, timeout=60)
    except OSError as error:
        raise Problem(f"{program}: {error.strerror}; build it first") from None
    if done.returncode != 0:
        raise Problem(f"{program} {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def commands(program):
    """(name, summary) as `unetsr --help` lists them; a summary may go on in the next, deeper line."""
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", output(program, "--help"), re.MULTILINE)
    if not listed:
        raise Problem(f"{program} --help lists no commands")
    found = []
    for line in listed.group(1).splitlines():
        entry = re.match(r"  ([a-z]+) +(\S.*)", line)
        if entry:
            found.append([entry.group(1), entry.group(2)])
        elif found:
            found[-1][1] += " " + line.strip()
    return found


def fenced(text):
    return "```text\n" + text.strip("\n") + "\n```"


def update(pages, program):
    listed = commands(program)
    for name, summary in listed:
        page = f"docs/commands/{name}.md"
        if pages.text(page) is None:
            pages.put(page, f"# unetsr {name}: {summary}\n\n[All commands](README.md)\n\n## Options\n\n"
                            "<!-- help:begin -->\n<!-- help:end -->\n")
        pages.fill(page, "help", f"`unetsr {name} --help` prints:\n\n" + fenced(output(program, name, "--help")))
    pages.fill(INDEX, "commands", table(["command", "what it does"],
                                        [[f"[{name}]({name}.md)", summary] for name, summary in listed]))
    pages.fill(INDEX, "help", fenced(output(program, "--help")))
