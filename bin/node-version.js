/**
 * The oldest Node that runs the router. Plain JavaScript without imports: it has to work on the very versions that it
 * refuses, where undici already fails while it is loaded.
 */
const REQUIRED = [22, 20]

/** What is wrong with this Node and what to do, or undefined when it will do. `version` as in `process.version`. */
export function nodeProblem(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  if (major > REQUIRED[0] || (major === REQUIRED[0] && minor >= REQUIRED[1])) return undefined
  return [
    `Commonroute needs Node ${REQUIRED.join('.')} or newer; this is Node ${version.replace(/^v/, '')}.`,
    'In a clone of the repository, `npm start` and `npx router` use the Node that `npm ci` installed with it.',
    'Elsewhere, install a newer Node from https://nodejs.org or with your version manager.',
  ].join('\n')
}
