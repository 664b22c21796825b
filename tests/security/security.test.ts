// One system for all of them, because each start costs as much as the tests of a suite. Last comes what changes the most.
import './tokens.suite.ts'
import './requests.suite.ts'
import './injection.suite.ts'
import './roles.suite.ts'
import './fuzz.suite.ts'
