import type { FastifyInstance } from 'fastify'
import { SMALL_BYTES } from '../../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { checkEnrolment } from '../../../federation/protocol/validate.ts'
import { enrol } from '../../enrolment/enrol.ts'
import { forgetMember } from '../../enrolment/forget.ts'
import { inflate } from '../../ingest/inflate.ts'
import { influenceOf } from '../../publish/influence.ts'
import { bodyOf } from '../content-types.ts'
import { memberStatus } from '../member-status.ts'
import { oneAtATime } from '../one-at-a-time.ts'
import { requireWork } from '../open-enrolment.ts'
import type { Services } from '../services.ts'
import { openRequest } from '../signed-request.ts'

/** They look themselves at who asks. */
const SIGNED = { exposeHeadRoute: false, config: { access: 'open' } } as const

/** Joining, looking at oneself, leaving. */
export function memberRoutes(app: FastifyInstance, services: Services): void {
  const { signers, options, now, metrics } = services
  const { db } = options.store
  // It reads what all members said of each provider.
  const influence = oneAtATime(async (member: string) => {
    services.admission.member('influence', member)
    return influenceOf(options.store, options, member, now() / 1000)
  })
  app.post('/v1/members', { bodyLimit: SMALL_BYTES, config: { admit: 'enrol' } }, async (request, reply) => {
    const opened = signers.open('enrolment', inflate(bodyOf(request), request.headers['content-encoding'], SMALL_BYTES))
    const enrolment = checkEnrolment(opened.document)
    const { invite, continent, private: knows = false } = enrolment
    const isPrivate = options.private ?? false
    if (knows !== isPrivate) throw otherTerms(isPrivate)
    if (invite === undefined) {
      requireWork(services, enrolment, opened.publicKey)
      services.admission.address('enrolOpenly', services.hash(request.ip))
    }
    const joining = { publicKey: opened.publicKey, invite, continent, alone: isPrivate }
    const { member, created } = await enrol(db, joining, now() / 1000)
    request.member = member
    if (created) metrics.enrolled()
    return reply.code(created ? 201 : 200).send({ member, k: options.k, epoch_seconds: options.epochSeconds })
  })

  app.get('/v1/members/me', SIGNED, async (request, reply) => {
    const { member } = openRequest(services, request)
    request.member = member
    return reply.header('cache-control', 'no-store').send(await memberStatus(db, member, now() / 1000))
  })

  app.get('/v1/members/me/influence', SIGNED, async (request, reply) => {
    const { member } = openRequest(services, request)
    request.member = member
    await memberStatus(db, member, now() / 1000)
    return reply.header('cache-control', 'no-store').send(await influence(member))
  })

  app.delete('/v1/members/me', async (request, reply) => {
    const { member, publicKey } = openRequest(services, request)
    request.member = member
    await memberStatus(db, member, now() / 1000)
    await forgetMember(db, member)
    signers.forget(publicKey)
    return reply.send({ status: 'forgotten' })
  })
}

/** Nobody's reports are exact who did not agree to it. */
const otherTerms = (isPrivate: boolean): ProtocolProblem =>
  new ProtocolProblem(
    'invalid',
    isPrivate
      ? 'This hub is private, which the router that asks does not know. Join with one of this version or newer.'
      : 'This hub is not private, and a private one was to be joined.',
  )
