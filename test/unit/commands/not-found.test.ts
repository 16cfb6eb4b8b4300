import { expect, test } from 'vitest'
import notFound from '../../../src/commands/not-found.ts'

const config = { bin: 'router', commandIDs: ['serve', 'stats', 'plugins:list'] }
const ask = (id: string, argv: string[] = []) => notFound.call({} as never, { id, argv, config } as never)

test('a command that does not exist is answered with the nearest ones', async () => {
  await expect(ask('serv')).rejects.toMatchObject({
    message: 'There is no command "serv". Did you mean router serve?',
    oclif: { exit: 2 },
  })
  await expect(ask('plugins:lst')).rejects.toMatchObject({ message: expect.stringContaining('router plugins list') })
  await expect(ask('xyzzy:word', ['--flag', 'value'])).rejects.toMatchObject({
    message: 'There is no command "xyzzy word". Known: serve, stats, plugins list.',
  })
})

test('a word behind a command that takes none is no other command', async () => {
  await expect(ask('serve:config.yaml')).rejects.toMatchObject({
    message: 'router serve takes no argument, and "config.yaml" was given. Did you mean router serve -c config.yaml?',
    oclif: { exit: 2 },
  })
  await expect(ask('plugins:list:all', ['-c', 'demo.yaml'])).rejects.toMatchObject({
    message: 'router plugins list takes no argument, and "all" was given. See router plugins list --help.',
  })
})

test('an old Node is refused with what to do, a new one is not', async () => {
  // By URL, since it is plain JavaScript without types.
  const { nodeProblem } = await import(new URL('../../../bin/node-version.js', import.meta.url).href)
  expect(nodeProblem('v20.20.2')).toMatch(
    /needs Node 22\.20 or newer; this is Node 20\.20\.2\.[\s\S]*npm start[\s\S]*npx router/,
  )
  expect(nodeProblem('v22.19.9')).toBeDefined()
  expect(['v22.20.0', 'v24.0.0', 'v26.1.0'].map(nodeProblem)).toEqual([undefined, undefined, undefined])
})
