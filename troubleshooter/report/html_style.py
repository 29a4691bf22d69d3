"""How the page looks: on a phone, on a desktop and on paper."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --good: #1a7f37; --care: #9a6700; --bad: #cf222e; --open: #57606a; --line: #8884; --box: #8881;
}
@media (prefers-color-scheme: dark) {
  :root { --good: #56d364; --care: #e3b341; --bad: #ff7b72; --open: #8b949e; }
}
* { box-sizing: border-box; }
body {
  font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { margin-top: 2rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .875rem; }
.verdict {
  font-size: 1.125rem; font-weight: 600; padding: .75rem 1rem; border-left: .375rem solid; border-radius: 4px;
  background: var(--box);
}
.good { border-color: var(--good); } .care { border-color: var(--care); }
.bad { border-color: var(--bad); } .open { border-color: var(--open); }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { grid-column: 1; opacity: .75; overflow-wrap: normal; }
dd { grid-column: 2; margin: 0; }
.item { display: flex; gap: .5rem; }
.item b { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; }
th, td {
  text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; overflow-wrap: break-word;
}
th { font-weight: 600; border-bottom: 2px solid var(--line); }
td { border-top: 1px solid var(--line); }
td.long { overflow-wrap: anywhere; min-width: 9rem; }
td.short { white-space: nowrap; }
figure { margin: 1rem 0; }
figcaption { font-size: .875rem; opacity: .8; }
pre {
  margin: .25rem 0; padding: .5rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--box); border-radius: 4px; font-size: .875rem;
}
pre > code { display: block; font: inherit; padding-left: 2ch; text-indent: -2ch; }
mark { background: #ffd75e; color: #000; font-weight: 600; }
@media (max-width: 40rem) {
  body { margin: 1rem auto; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dt, dd { grid-column: 1; }
  dd + dt { margin-top: .5rem; }
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  td, td.long, td.short { border: 0; padding: 0; min-width: 0; white-space: normal; overflow-wrap: anywhere; }
  td:first-child { font-weight: 600; }
  td:empty { display: none; }
  td:not(:first-child)::before { content: attr(data-title) ": "; opacity: .75; }
}
@media print {
  :root { color-scheme: light; --good: #1a7f37; --care: #9a6700; --bad: #cf222e; --open: #57606a; }
  body { font-size: 10pt; max-width: none; margin: 0; padding: 0; }
  nav { display: none; }
  h1, h2, h3, figcaption, thead { break-after: avoid; }
  tr, .item, .verdict { break-inside: avoid; }
  thead { display: table-header-group; }
  mark { background: none; color: inherit; font-weight: 700; text-decoration: underline; }
  pre { border: 1px solid #ccc; background: none; }
  td.long { min-width: 7rem; }
}
"""
