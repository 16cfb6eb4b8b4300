import { checksIn } from './build-checks.ts'
import { checkAsked } from './check-asked.ts'
import type { Findings } from './findings.ts'
import { child } from './pointer.ts'
import { isMapping, type Mapping } from './view.ts'

/** What a check may be given beside its name and reliability. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  agreement: ['threshold', 'parallel'],
  logprob: ['threshold'],
  judge: ['model', 'budget', 'rpm'],
  tests: ['command', 'url', 'timeout', 'request'],
}
const ALL = new Set(Object.values(OPTIONS).flat())

/** The checks of a selector's answers: each with what it needs, and with nothing that is another's. */
export function checkVerify(select: Mapping, pointer: string, root: Mapping, findings: Findings): void {
  const { judge, verify } = select
  if (verify === undefined) return
  checksIn(verify).forEach((each, index) => {
    const at = Array.isArray(verify) ? child(pointer, index) : pointer
    const check = String(each.check)
    const own = OPTIONS[check]
    if (!own || findings.source.broken.has(at)) return
    for (const option of ALL)
      if (option in each && !own.includes(option))
        findings.problem(child(at, option), `"${option}" means nothing to the check "${check}".`, {
          hint: 'Remove it.',
        })
    if (check === 'judge') checkJudge({ ...(isMapping(judge) && judge), ...each }, at, root, findings)
    if (check === 'tests') checkTests(each, at, findings)
  })
}

function checkJudge({ model, budget }: Mapping, pointer: string, root: Mapping, findings: Findings): void {
  if (model === undefined || budget === undefined) {
    findings.problem(pointer, 'The check "judge" needs a model and a budget.', {
      hint: 'Write it as { check: judge, model: big, budget: 1 }.',
    })
    return
  }
  checkAsked(model, child(pointer, 'model'), root, findings)
}

function checkTests({ command, url }: Mapping, pointer: string, findings: Findings): void {
  if (command === undefined && url === undefined)
    findings.problem(pointer, 'The check "tests" needs a command or a URL.', {
      hint: 'Write it as { check: tests, command: [python3, check.py] }.',
    })
  else if (command !== undefined && url !== undefined)
    findings.problem(pointer, 'The check "tests" has either a command or a URL.', { hint: 'Remove one.' })
}
