import { createHash } from 'node:crypto'
import { escapeHtml } from '../../base/format/escape-html.ts'

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:15vh auto 0;padding:0 1rem}
h1{font-size:1.25rem}
form{display:grid;gap:.75rem}
input,button{font:inherit;padding:.5rem .75rem}
.wrong{color:#c02020}`

export const SIGN_IN_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
}

interface SignInPage {
  /** Of the hub. */
  readonly name: string
  /** Of the request that this answers. */
  readonly path: string
  /** Where the reader wanted to go, from the hub's address on. */
  readonly to?: string
  readonly isWrong?: boolean
}

/** Asks for the read key. Works below any address, without a script. */
export function signInPage({ name, path, to = '', isWrong = false }: SignInPage): string {
  const base = '../'.repeat(path.split('/').length - 2) || './'
  return documentOf(
    name,
    `<p>This hub is private. Its read key lets you in: <code>router hub read-key</code> shows it on the hub's machine.</p>
${isWrong ? '<p class="wrong" role="alert">This is not the read key of this hub.</p>\n' : ''}<form method="post" action="${base}sign-in">
<input type="hidden" name="to" value="${escapeHtml(to)}">
<label for="key">Read key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button>
</form>`,
  )
}

export const signedInPage = (name: string): string =>
  documentOf(
    name,
    `<p>You are signed in. <a href="./">To the hub's pages</a></p>
<form method="post" action="./sign-out"><button>Sign out</button></form>`,
  )

const documentOf = (name: string, body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(name)}: sign in</title>
<style>${STYLE}</style>
<h1>${escapeHtml(name)}</h1>
${body}
</html>
`
