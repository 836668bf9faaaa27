/**
 * What people type when they are asked for a long password: the most common ones, the words that
 * long ones are strung together from, and the words of this product. Lower case.
 */
export const COMMON_WORDS: readonly string[] = `
  correcthorsebatterystaple correct-horse-battery-staple thequickbrownfox maytheforcebewithyou
  iloveyouforever letmeinletmein neverguessthis notmypassword thisismypassword mypasswordis
  abcdefghijklmnopqrstuvwxyz abcdefghijklmnop abcdefghijkl abcdefgh abcdef abcd
  qwertyuiopasdfghjklzxcvbnm qwertyuiopasdfgh qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm
  qwerty qwertz azerty asdfgh zxcvbn yxcvbnm qazwsxedcrfvtgb qazwsxedc qazwsx 1qaz2wsx3edc4rfv
  1qaz2wsx zaq12wsx 1q2w3e4r5t6y7u8i9o0p 1q2w3e4r5t6y 1q2w3e4r5t 1q2w3e4r 1q2w3e q1w2e3r4t5y6 q1w2e3r4
  01234567890 1234567890 0987654321 123456789 987654321 12345678 87654321 1234567 7654321
  123456 654321 12345 54321 1234 4321 123123 121212 112233 11223344 101010 147258369 159357 123321
  000000 111111 222222 333333 444444 555555 666666 777777 888888 999999 696969
  password passw0rd p@ssword p@ssw0rd passwort passwd motdepasse contrasena parola wachtwoord
  passphrase secret geheim letmein welcome willkommen login access trustno1 changeme default
  administrator admin root superuser toor guest user test testing tester demo example temp
  iloveyou ilovey0u loveyou lovely love forever family friends mother father jesus angel
  princess prince sunshine rainbow flower butterfly summer winter spring autumn
  monday tuesday wednesday thursday friday saturday sunday january february march april
  june july august september october november december 2020 2021 2022 2023 2024 2025 2026 2027
  football baseball basketball soccer hockey liverpool chelsea arsenal barcelona yankees lakers
  dragon monkey tiger shadow master killer hunter ranger hello freedom whatever nothing
  superman batman spiderman starwars pokemon naruto matrix gandalf merlin michael jordan
  jessica ashley charlie daniel andrew thomas robert matthew joshua george michelle jennifer
  computer internet google facebook microsoft windows samsung apple linux ubuntu debian
  server database system network security hacker cheese cookie chocolate pepper ginger banana
  claude code anthropic dashboard terminal session console shell tmux localhost
`
  .trim()
  .split(/\s+/)
  // Longest first, so that "12345678" is found before "1234" leaves a remainder of it.
  .sort((a, b) => b.length - a.length);
