import { HOUR, type Scenario } from '../scenario.ts'

const MODELS = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8']
const HANG = { kind: 'provider_timeout_first_token', failS: 30 } as const
const DOWN = { kind: 'provider_error', failS: 0.3 } as const

const within = (t: number, from: number, hours: number) => t >= from * HOUR && t < (from + hours) * HOUR

export const FAULTS: readonly Scenario[] = [
  {
    name: 'tool calls malformed',
    what: 'The fast endpoint breaks four tool calls of ten; three requests of ten have tools.',
    hours: 48,
    traffic: { rate: 40, structured: 0.3 },
    endpoints: {
      'a/m': {
        ttft: 0.3,
        speed: 70,
        now: ({ structured }, chance) =>
          structured && chance.next() < 0.4 ? { kind: 'provider_malformed' } : undefined,
      },
      'b/m': { ttft: 0.7, speed: 60 },
      'c/m': { ttft: 1, speed: 50 },
    },
  },
  {
    name: 'a provider hangs, eight models',
    what: 'Eight models, eight requests an hour each; one provider hangs for two hours, with all of them.',
    hours: 24,
    traffic: { rate: 64, models: MODELS },
    endpoints: Object.fromEntries(
      MODELS.flatMap((model) => [
        [`a/${model}`, { ttft: 0.3, speed: 70, now: ({ t }: { t: number }) => (within(t, 12, 2) ? HANG : undefined) }],
        [`b/${model}`, { ttft: 0.6, speed: 60 }],
        [`c/${model}`, { ttft: 0.8, speed: 55 }],
      ]),
    ),
  },
  {
    name: 'two models hang together',
    what: 'Two models of one provider hang for ten minutes every three hours.',
    hours: 24,
    traffic: { rate: 80, models: ['m1', 'm2'] },
    endpoints: Object.fromEntries(
      ['m1', 'm2'].flatMap((model) => [
        [`a/${model}`, { ttft: 0.3, speed: 70, now: ({ t }: { t: number }) => (t % 10_800 < 600 ? HANG : undefined) }],
        [`b/${model}`, { ttft: 0.6, speed: 60 }],
      ]),
    ),
  },
  {
    name: 'a region fails',
    what: 'Three endpoints of one region fail for an hour at once; the one far away is slower and well.',
    hours: 24,
    traffic: { rate: 90 },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 70, now: ({ t }) => (within(t, 10, 1) ? DOWN : undefined) },
      'b/m': { ttft: 0.4, speed: 65, now: ({ t }) => (within(t, 10, 1) ? DOWN : undefined) },
      'c/m': { ttft: 0.5, speed: 60, now: ({ t }) => (within(t, 10, 1) ? HANG : undefined) },
      'd/m': { ttft: 1, speed: 60 },
    },
  },
  {
    name: 'flapping, half a minute',
    what: 'The best endpoint is down for 30 s of every minute.',
    hours: 24,
    traffic: { rate: 120 },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 70, now: ({ t }) => (t % 60 < 30 ? DOWN : undefined) },
      'b/m': { ttft: 0.7, speed: 60 },
      'c/m': { ttft: 0.9, speed: 55 },
    },
  },
  {
    name: 'flapping, five minutes',
    what: 'The best endpoint is down for five minutes of every ten.',
    hours: 24,
    traffic: { rate: 120 },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 70, now: ({ t }) => (t % 600 < 300 ? DOWN : undefined) },
      'b/m': { ttft: 0.7, speed: 60 },
      'c/m': { ttft: 0.9, speed: 55 },
    },
  },
  {
    name: 'one in eight fails',
    what: 'The fast endpoint fails one request of eight after three seconds, for ever.',
    hours: 48,
    traffic: { rate: 30 },
    endpoints: {
      'a/m': {
        ttft: 0.5,
        speed: 80,
        now: (_, chance) => (chance.next() < 0.125 ? { kind: 'provider_error', failS: 8 } : undefined),
      },
      'b/m': { ttft: 0.9, speed: 70 },
    },
  },
]
