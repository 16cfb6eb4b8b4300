import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { generateSigningKey, importPublicKey } from '../../../../src/federation/protocol/keys.ts'
import { seal, unseal, verifySealed } from '../../../../src/federation/protocol/signed.ts'
import type { HubMap } from '../../../../src/federation/protocol/types.ts'
import { checkHubInfo, checkIncidents } from '../../../../src/federation/protocol/validate.ts'
import { NOTHING_SAID } from '../../../../src/hub/about.ts'
import type { HubStore } from '../../../../src/hub/database/open.ts'
import { NO_FACTS } from '../../../../src/hub/facts/facts.ts'
import { Publisher } from '../../../../src/hub/publish/publisher.ts'
import { SigningIdentity } from '../../../../src/hub/signing-identity.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { empty } from '../../../helpers/hub-store.ts'
import { mapOf } from '../../../helpers/page-data.ts'
import { openPglite } from '../../../helpers/pglite.ts'

const key = generateSigningKey()
const settings = {
  key,
  identity: new SigningIdentity(key, []),
  succession: [],
  name: 'Files',
  epochSeconds: 3_600,
  k: 5,
  private: false,
  readKey: undefined,
  openEnrolment: false,
  url: undefined,
  address: undefined,
  about: { ...NOTHING_SAID, operator: 'ACME' },
}
const PAGES = ['', 'models/meta-llama/llama-3.3-70b', 'incidents.atom']
/** In place of the built one: says which page it is, and of what time. */
const page = {
  page: ({ now }: { readonly now: number }, path: string) => ({
    status: 200 as const,
    contentType: path.endsWith('.atom') ? 'application/atom+xml' : 'text/html; charset=utf-8',
    body: Buffer.from(`${path} at ${now}`),
  }),
  paths: () => PAGES,
  asset: () => ({ body: Buffer.from('script'), contentType: 'text/javascript' }),
  assets: () => ['hub-1a2b.js'],
}

let store: HubStore
let directory: string
let nowMs: number
const publisher = (incidents = true) =>
  new Publisher({ store, settings, facts: NO_FACTS, page, directory, incidents, now: () => nowMs })
beforeAll(async () => {
  store = await openPglite()
})
afterAll(() => store.close())
beforeEach(async () => {
  await empty(store)
  directory = await temporaryDirectory()
  nowMs = 1_780_000_000_000
})
afterEach(() => removeDirectory(directory))

const MODEL = 'meta-llama/llama-3.3-70b'
const publishMap = (epoch: number, models = [MODEL]) =>
  store.db
    .insertInto('maps')
    .values({
      epoch,
      document: seal(
        { ...mapOf(models.map((model) => ({ provider: 'groq', model, as_of: epoch, members: 5 }))), epoch } as HubMap,
        key,
      ),
      state: Buffer.alloc(0),
      created_at: epoch * 3_600,
    })
    .execute()
const names = () =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name) && entry.name !== '.published.json')
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
const text = (path: string) => readFileSync(join(directory, path), 'utf8')

it('writes everything that may be read', async () => {
  await publishMap(100)
  expect(await publisher().refresh()).toEqual({ files: 14, written: 14, removed: 0, epoch: 100 })
  expect(names()).toEqual([
    'assets/hub-1a2b.js',
    'incidents.atom',
    'index.html',
    'models/meta-llama/llama-3.3-70b.html',
    'robots.txt',
    'terms.txt',
    'v1/history.json',
    'v1/hub',
    'v1/incidents',
    'v1/incidents.json',
    'v1/map',
    'v1/map.csv',
    'v1/map.json',
    'v1/models/index.json',
    `v1/models/${MODEL}/endpoints`,
  ])
  expect(checkHubInfo(JSON.parse(text('v1/hub')))).toMatchObject({ name: 'Files', operator: 'ACME', time: 360_000 })
  const map = unseal(readFileSync(join(directory, 'v1/map')))
  expect(verifySealed('map', map, importPublicKey(key.publicKey))).toMatchObject({ epoch: 100 })
  expect(JSON.parse(text(`v1/models/${MODEL}/endpoints`)).data.endpoints).toHaveLength(1)
  expect(text('terms.txt')).toContain('Run by: ACME')
  expect(text('index.html')).toBe(' at 360000')
})

it('writes again what has changed, and removes what is gone', async () => {
  await publishMap(100, [MODEL, 'gone'])
  const running = publisher()
  await running.refresh()
  expect(await running.refresh()).toBeUndefined()
  const old = new Date('2020-01-01')
  utimesSync(join(directory, 'assets/hub-1a2b.js'), old, old)
  await publishMap(101)
  expect(await running.refresh()).toMatchObject({ removed: 1, epoch: 101 })
  expect(existsSync(join(directory, 'v1/models/gone'))).toBe(false)
  expect(statSync(join(directory, 'assets/hub-1a2b.js')).mtime).toEqual(old)
})

it('signs the incidents anew each minute, while it runs; who writes once has none', async () => {
  await publishMap(100)
  const running = publisher()
  const times: number[] = []
  const read = () =>
    checkIncidents(verifySealed('incidents', unseal(readFileSync(join(directory, 'v1/incidents'))))).time
  for (const afterS of [0, 30, 61]) {
    nowMs = 1_780_000_000_000 + afterS * 1_000
    await running.refresh()
    times.push(read() - 1_780_000_000)
  }
  expect(times).toEqual([0, 0, 61])
  await publisher(false).refresh()
  expect(existsSync(join(directory, 'v1/incidents'))).toBe(false)
  expect(JSON.parse(text('v1/incidents.json'))).toEqual({ incidents: [] })
})

it('has what there is before the first map', async () => {
  expect(await publisher(false).refresh()).toMatchObject({ epoch: null })
  expect(names()).toContain('v1/hub')
  expect(names()).not.toContain('v1/map')
})
