import { expect, test } from 'vitest'
import { EXPLORATION, explorationOf, type Worth } from '../../../../src/routing/resolve/exploration.ts'

const worth = (opinions: number, answers: number, mean = 0.8, value = mean, drawSd = 0.01): Worth => {
  return { opinions, answers, mean, value, drawSd, sd: 0.06 }
}

test.each<[string, Worth[], number, number]>([
  ['nobody judges', [worth(0, 20), worth(0, 20)], 0.95, EXPLORATION],
  ['little is known of one', [worth(80, 90), worth(10, 90)], 0.95, 0.5],
  ['draws are wide', [worth(8, 9, 0.8, 0.8, 0.05), worth(10, 90, 0.8, 0.8, 0.04)], 0.95, EXPLORATION],
  ['enough is known of all', [worth(60, 90), worth(60, 90)], 0.95, EXPLORATION],
  ['few answers are judged', [worth(10, 260), worth(10, 300)], 0.95, EXPLORATION],
  ['the poorest is good enough whatever comes', [worth(10, 10), worth(10, 10)], 0, EXPLORATION],
  ['one is clearly worth more', [worth(10, 10), worth(10, 10, 0.5)], 0.95, EXPLORATION],
  ['one is worth more by less than two deviations', [worth(10, 10), worth(10, 10, 0.66)], 0.95, EXPLORATION],
  [
    'what is open is open between those that are known',
    [worth(90, 90), worth(90, 90), worth(9, 9, 0.3)],
    1,
    EXPLORATION,
  ],
])('the share of requests that go to any model where %s', (_, worths, floor, share) => {
  expect(explorationOf(worths, floor)).toBeCloseTo(share)
})
