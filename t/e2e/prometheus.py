#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""prometheus.py - reads Prometheus' text format 0.0.4 on standard input, as promtool check metrics
does: its grammar, the order of its lines, and the conventions for names. Complains on standard
error, and prints each sample as "NAME{LABEL="VALUE",...} VALUE" with its labels in order. Where
Debian's python3-prometheus-client is, the client library's own parser must find the same."""
import re
import sys

NAME = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
HELP = re.compile(rf'# HELP ({NAME}) ((?:[^\\\n]|\\[\\n])*)')
TYPE = re.compile(rf'# TYPE ({NAME}) (counter|gauge)')
SAMPLE = re.compile(rf'({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? ([0-9]+)')

complaints = []
text = sys.stdin.read()
if not text.endswith('\n'):
    complaints.append('the last line has no end')
current = kind = None
helped, seen, samples = {}, set(), {}
for number, line in enumerate(text.splitlines(), 1):
    def wrong(what):
        complaints.append(f'line {number}: {what}: {line}')
    if m := HELP.fullmatch(line):
        if m[1] in helped:
            wrong('a second HELP, or lines that are not together')
        if not m[2].endswith('.'):
            wrong('a help that is no sentence')
        helped[m[1]] = m[2]
        current, kind = m[1], None
    elif m := TYPE.fullmatch(line):
        if m[1] != current or kind:
            wrong('a TYPE that does not follow its HELP')
        kind = m[2]
        if (kind == 'counter') != current.endswith('_total'):
            wrong('counters end in _total, and nothing else does')
    elif m := SAMPLE.fullmatch(line):
        if m[1] != current or not kind:
            wrong('a sample outside its family')
        labels = re.findall(LABEL, m[2] or '')
        keys = [pair.split('=')[0] for pair in labels]
        if len(set(keys)) != len(keys):
            wrong('a label twice')
        name = m[1] + ('{' + ','.join(sorted(labels)) + '}' if labels else '')
        if name in seen:
            wrong('a sample twice')
        seen.add(name)
        samples[name] = int(m[3])
    else:
        wrong('not a line of this format')
if not samples:
    complaints.append('no sample at all')

try:
    from prometheus_client.parser import text_string_to_metric_families as parse
except ImportError:
    parse = None
if parse and not complaints:
    theirs = {}
    for f in parse(text):
        for s in f.samples:
            labels = ','.join(f'{k}="{v}"' for k, v in sorted(s.labels.items()))
            theirs[s.name + ('{' + labels + '}' if labels else '')] = int(s.value)
    if theirs != samples:
        complaints.append('the client library reads something else: '
                          + repr(set(theirs.items()) ^ set(samples.items())))
if '--with-library' in sys.argv and not parse:
    complaints.append('python3-prometheus-client is not installed')
for name in sorted(samples):
    print(name, samples[name])
print('\n'.join(complaints), file=sys.stderr, end='\n' if complaints else '')
sys.exit(bool(complaints))
