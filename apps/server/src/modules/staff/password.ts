import { hashPassword } from 'better-auth/crypto'
import { Problem } from '../../platform/problem.ts'

/** Found at the top of every list of leaked passwords, or what people here type to reach ten characters. */
const common = [
  ...['1234567890', '0123456789', '0987654321', '1111111111', '0000000000', '8888888888', '6666666666', '1234512345'],
  ...[
    '1q2w3e4r5t',
    '1qaz2wsx3edc',
    'q1w2e3r4t5',
    'qwertyuiop',
    'qwerty12345',
    'qwerty123456',
    'asdfghjkl;',
    'zxcvbnm123',
  ],
  ...[
    'password12',
    'password123',
    'password1234',
    'passw0rd123',
    'p@ssw0rd123',
    'admin12345',
    'admin123456',
    'administrator',
  ],
  ...['woaini1314', 'woaini520', 'woaini521314', '5201314520', '1314520520', 'iloveyou123', 'abc1234567', 'abcd123456'],
  ...['a123456789', 'aa123456789', 'abcdefghij', 'changhui123', 'welcome123', 'letmein1234'],
]

/** The stored form of a password. Throws when it is short, common, one character repeated, or the sign-in name. */
export async function passwordHash(password: string, username: string): Promise<string> {
  const plain = password.toLowerCase()
  const weak =
    password.length < 10 ||
    password.length > 128 ||
    common.includes(plain) ||
    new Set(plain).size < 4 ||
    plain.includes(username.toLowerCase())
  if (weak) throw new Problem('BAD_REQUEST', 'password.weak', { field: 'password' })
  return hashPassword(password)
}
