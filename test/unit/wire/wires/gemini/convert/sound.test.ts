import { expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { ConvertContext } from '../../../../../../src/wire/converter.ts'
import { geminiConverter } from '../../../../../../src/wire/wires/gemini/convert/index.ts'

const context: ConvertContext = {
  id: 'gen-1',
  created: 1_000,
  model: 'm',
  maker: 'google/m',
  request: {},
  now: () => 1_001,
  includeUsage: false,
}
const answer = (data: string, finishReason?: string): JsonObject => ({
  candidates: [
    { content: { role: 'model', parts: [{ inlineData: { mimeType: 'audio/L16;rate=24000', data } }] }, finishReason },
  ],
})

it('gives the sound of a stream piece by piece, as that of a whole answer', () => {
  const stream = geminiConverter.streamToHub(context)
  const events = [...stream.event(undefined, answer('AAEC')), ...stream.event(undefined, answer('AwQF', 'STOP'))]
  const deltas = events.flatMap(({ data }) => (data === '[DONE]' ? [] : (data.choices as { delta: JsonObject }[])))
  const sound = deltas.flatMap(({ delta }) => delta.audio ?? [])
  expect(sound).toEqual([
    { id: 'gen-1', data: 'AAEC', transcript: '', expires_at: 4_600 },
    { id: 'gen-1', data: 'AwQF', transcript: '', expires_at: 4_600 },
  ])
  const whole = geminiConverter.responseToHub(answer('AAEC', 'STOP'), context) as { choices: { message: JsonObject }[] }
  expect(whole.choices[0]!.message.audio).toEqual(sound[0])
})
