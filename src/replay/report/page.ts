import { escapeHtml } from '../../base/format/escape-html.ts'
import { barChart, lineChart } from './charts.ts'
import { figure } from './text.ts'
import type { ReplayReport } from './types.ts'

/**
 * A replay as one HTML page without scripts and without anything from elsewhere; a policy in its head forbids both to
 * the browser as well.
 */
export function reportPage(report: ReplayReport): string {
  const head = ['strategy', report.value, '95 % interval', ...report.more]
    .map((title) => `<th>${escapeHtml(title)}</th>`)
    .join('')
  const rows = report.rows.map(({ name, baseline, value, interval, more }) => {
    const range = interval ? `${figure(interval[0])} to ${figure(interval[1])}` : '-'
    const cells = [figure(value), range, ...more.map(figure)].map((text) => `<td>${escapeHtml(text)}</td>`).join('')
    return `<tr${baseline ? ' class="baseline"' : ''}><th>${escapeHtml(name)}</th>${cells}</tr>`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(report.title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(report.title)}</h1>
<p>${escapeHtml(report.facts)}</p>
<table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>
<h2>${escapeHtml(report.value)}</h2>
${barChart(report)}
${report.curve ? `<h2>${escapeHtml(report.curve.title)}</h2>\n${lineChart(report.rows, report.curve.x)}` : ''}
${(report.remarks ?? []).map((remark) => `<p><strong>${escapeHtml(remark)}</strong></p>`).join('\n')}
${report.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('\n')}
</html>
`
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .8rem .25rem 0; text-align: right; border-bottom: 1px solid #d8dee4 }
th:first-child { text-align: left; font-weight: 600 }
.baseline, .note { color: #59636e }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117 } th, td { border-color: #30363d } .baseline, .note { color: #9198a1 } }
`
