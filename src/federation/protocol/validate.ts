import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { ProtocolProblem } from './problem.ts'
import { HUB_INFO, INCIDENTS, MAP } from './schema/map.ts'
import { ALARM, ENROLMENT, PROBES, REPORT, REQUEST } from './schema/report.ts'
import type { Alarm, Enrolment, HubInfo, HubMap, Incidents, ProbeResults, Report, SignedRequest } from './types.ts'
import { MAJOR, MINOR } from './version.ts'

/** Longest piece of somebody else's value in an error text. */
const SHOWN = 40

/**
 * What JSON.parse makes has own properties only, `__proto__` included; ajv's `ownProperties` would double the cost of a
 * report.
 */
const OPTIONS = { strict: false } as const
const strict = new Ajv(OPTIONS)
/** For what a newer writer sends to all: fields that are not known are left out. */
const lenient = new Ajv({ ...OPTIONS, removeAdditional: 'all' })

/** Compiled at first use: it costs some milliseconds, and a router without a hub never needs it. */
function lazily(ajv: Ajv, schema: object): () => ValidateFunction {
  let compiled: ValidateFunction | undefined
  return () => {
    compiled ??= ajv.compile(schema)
    return compiled
  }
}

/**
 * A check of what a member sends: its minor must not be above ours.
 * @throws ProtocolProblem wrong_version, invalid (with the place)
 */
function fromMember<Document>(schema: object): (value: unknown) => Document {
  const validate = lazily(strict, schema)
  return (value) => {
    const minor = minorOf(value)
    if (minor > MINOR)
      throw new ProtocolProblem(
        'wrong_version',
        `This hub speaks v${MAJOR}.${MINOR}: write that, not v${MAJOR}.${minor}.`,
      )
    return checked(validate(), value)
  }
}

/** A check of what a hub writes for all. Fields of a newer minor are removed in place. */
function fromHub<Document>(schema: object): (value: unknown) => Document {
  const [closed, open] = [lazily(strict, schema), lazily(lenient, schema)]
  return (value) => checked(minorOf(value) > MINOR ? open() : closed(), value)
}

function checked<Document>(validate: ValidateFunction, value: unknown): Document {
  if (validate(value)) return value as Document
  throw new ProtocolProblem('invalid', describe(validate.errors![0]!))
}

function minorOf(value: unknown): number {
  const v = typeof value === 'object' && value !== null ? (value as { v?: unknown }).v : undefined
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})$/.exec(typeof v === 'string' ? v : '') ?? []
  if (major === undefined)
    throw new ProtocolProblem('wrong_version', 'The document does not say its version ("v": "1.0").')
  if (Number(major) !== MAJOR)
    throw new ProtocolProblem('wrong_version', `This is protocol v${MAJOR}, the document is v${major}.`)
  return Number(minor)
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const place = instancePath === '' ? 'The document' : instancePath
  const extra = keyword === 'additionalProperties' ? ` ("${String(params.additionalProperty).slice(0, SHOWN)}")` : ''
  return `${place} ${message ?? 'is wrong'}${extra}.`
}

const cells: (value: unknown) => Report = fromMember<Report>(REPORT)

/** A report; also refuses a cell or a quality that comes twice. */
export function checkReport(value: unknown): Report {
  const report = cells(value)
  const seen = new Set<string>()
  for (const [index, { provider, model, region, class: workload }] of report.cells.entries()) {
    const key = `${provider}\n${model}\n${region}\n${workload}`
    if (seen.has(key)) throw new ProtocolProblem('invalid', `/cells/${index} comes twice.`)
    seen.add(key)
  }
  for (const [index, { model, type }] of (report.quality ?? []).entries()) {
    const key = `${model}\n${type}`
    if (seen.has(key)) throw new ProtocolProblem('invalid', `/quality/${index} comes twice.`)
    seen.add(key)
  }
  return report
}

export const checkAlarm = fromMember<Alarm>(ALARM)
export const checkProbes = fromMember<ProbeResults>(PROBES)
export const checkEnrolment = fromMember<Enrolment>(ENROLMENT)
export const checkRequest = fromMember<SignedRequest>(REQUEST)
export const checkMap = fromHub<HubMap>(MAP)
export const checkIncidents = fromHub<Incidents>(INCIDENTS)
export const checkHubInfo = fromHub<HubInfo>(HUB_INFO)
