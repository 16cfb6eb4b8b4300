import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listeningAt, noteListening } from '../../../src/app/listening.ts'

const URL = 'http://127.0.0.1:4000'
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'listening-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => join(folder, 'listening.json')
const write = (noted: unknown) => writeFileSync(file(), JSON.stringify(noted))

test('a router is found as long as it runs, and until it takes its note back', () => {
  const takeBack = noteListening(folder, URL)
  expect(listeningAt(folder)).toBe(URL)
  takeBack()
  expect(listeningAt(folder)).toBeUndefined()
})

test('the note of another router stays', () => {
  const takeBack = noteListening(folder, URL)
  noteListening(folder, 'http://127.0.0.1:4001')
  takeBack()
  expect(listeningAt(folder)).toBe('http://127.0.0.1:4001')
})

test('a process that was given the id of a router that is gone is no router', {
  skip: process.platform !== 'linux',
}, () => {
  noteListening(folder, URL)
  const noted = JSON.parse(readFileSync(file(), 'utf8'))
  write({ ...noted, started: '1' })
  expect(listeningAt(folder)).toBeUndefined()
})

test.each([{}, { pid: 'x', url: URL }, { pid: -1, url: URL }, { pid: process.pid }, null, 7])(
  '%j names none',
  (noted) => {
    write(noted)
    expect(listeningAt(folder)).toBeUndefined()
  },
)
