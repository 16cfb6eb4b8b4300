import { escapeHtml } from '../../src/base/format/escape-html.ts'
import { ATOM_PATH } from './links.ts'
import type { PageState } from './state/page-state.ts'
import { titleOf } from './title.ts'

interface Parts {
  readonly state: PageState
  readonly body: string
  readonly script: string
  readonly style: string
  readonly icon: string
  readonly privacy: string
}

/**
 * The document around the drawn page. The state travels in it as data; its script is a file, as the content security
 * policy wants it.
 */
export function documentOf({ state, body, script, style, icon, privacy }: Parts): string {
  const { base } = state
  const embedded = JSON.stringify({ state, privacyUrl: privacy })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Time to first token, speed, uptime and price of language model endpoints, measured by many independent routers.">
<title>${escapeHtml(titleOf(state))}</title>
<link rel="icon" href="${base}${icon}">
<link rel="stylesheet" href="${base}${style}">
<link rel="alternate" type="application/atom+xml" title="Incidents" href="${base}${ATOM_PATH}">
<script type="module" src="${base}${script}"></script>
</head>
<body>
<div id="app">${body}</div>
<script type="application/json" id="state">${escapeJson(embedded)}</script>
</body>
</html>
`
}

/** JSON without `<`: no text in it can end the element, or begin a comment in it. */
const escapeJson = (json: string): string => json.replaceAll('<', '\\u003c')
