import { expect, test } from 'vitest'
import { MapValues } from '../../../../src/federation/member/map/map-values.ts'

test('before there is a map, chat is clipped around what every router guesses, and nothing else is known', () => {
  const values = new MapValues(undefined, 'EU')
  const endpoint = { provider: 'groq', model: 'llama-3.3-70b-versatile', region: '-' }
  expect(values.find(endpoint, 'chat.lt1k.plain')).toMatchObject({ ttft: Math.log(800), speed: Math.log(50) })
  expect(values.find(endpoint, 'embedding.lt1k.plain')).toBeUndefined()
  expect([values.minor, values.classes.length]).toEqual([0, 8])
})
