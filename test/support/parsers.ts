import { execFileSync, spawnSync } from 'node:child_process';

/** Null when the program is there; else the reason why what needs it is skipped. */
export function lacks(program: string): string | null {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return found.error || found.status !== 0 ? `${program} is not there` : null;
}

export interface XmlCase {
  readonly suite: string;
  readonly classname: string;
  readonly name: string;
  readonly time: string;
  /** The child elements: `[tag, type, message, text]`. */
  readonly children: readonly (readonly [string, string | null, string | null, string])[];
}

export interface XmlReport {
  readonly totals: Readonly<Record<string, string>>;
  readonly suites: readonly Readonly<Record<string, string>>[];
  readonly cases: readonly XmlCase[];
}

const READ_JUNIT = `
import sys, json, xml.etree.ElementTree as E
root = E.fromstring(sys.stdin.buffer.read())
assert root.tag == 'testsuites'
cases = [dict(c.attrib, suite=s.get('name'), children=[[k.tag, k.get('type'), k.get('message'), k.text or ''] for k in c]) for s in root for c in s]
print(json.dumps({'totals': root.attrib, 'suites': [s.attrib for s in root], 'cases': cases}))`;

/** JUnit XML as expat reads it, which is strict; throws where it is not well-formed. */
export function parseJunit(xml: string): XmlReport {
  return JSON.parse(python(READ_JUNIT, xml)) as XmlReport;
}

export interface HtmlFacts {
  /** Every start tag with its attributes, in order. */
  readonly tags: readonly (readonly [string, Readonly<Record<string, string | null>>])[];
  /** Text by the tag that it stands in. */
  readonly texts: readonly (readonly [string, string])[];
  /** Elements that are closed in the wrong order or never. */
  readonly unbalanced: readonly string[];
}

const READ_HTML = `
import sys, json
from html.parser import HTMLParser
VOID = {'meta', 'br', 'img', 'link', 'input', 'hr'}
class P(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.stack, self.bad = [], [], [], []
    def handle_starttag(self, tag, attrs):
        self.tags.append([tag, dict(attrs)])
        if tag not in VOID: self.stack.append(tag)
    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag: self.bad.append(tag)
    def handle_data(self, data):
        self.texts.append([self.stack[-1] if self.stack else '', data])
p = P(); p.feed(sys.stdin.buffer.read().decode('utf-8')); p.close()
print(json.dumps({'tags': p.tags, 'texts': p.texts, 'unbalanced': p.bad + p.stack}))`;

/** HTML as Python's tokenizer reads it. */
export function parseHtml(html: string): HtmlFacts {
  return JSON.parse(python(READ_HTML, html)) as HtmlFacts;
}

function python(program: string, input: string): string {
  return execFileSync('python3', ['-c', program], { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
