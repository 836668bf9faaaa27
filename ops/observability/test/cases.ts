/** Which alerts there are, and which of them promtool's cases make fire or see pass. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

const Alert = Type.Object({ alert: Type.String(), expr: Type.String() });
const Recorded = Type.Object({ record: Type.String() });
const Rules = Type.Object({
  groups: Type.Array(Type.Object({ rules: Type.Array(Type.Union([Alert, Recorded])) })),
});

const Cases = Type.Object({
  tests: Type.Array(
    Type.Object({
      alert_rule_test: Type.Optional(
        Type.Array(
          Type.Object({
            alertname: Type.String(),
            exp_alerts: Type.Optional(Type.Array(Type.Unknown())),
          }),
        ),
      ),
      promql_expr_test: Type.Optional(
        Type.Array(
          Type.Object({
            expr: Type.String(),
            exp_samples: Type.Optional(Type.Array(Type.Unknown())),
          }),
        ),
      ),
    }),
  ),
});

interface Case {
  readonly alert: string;
  readonly fires: boolean;
}

/** @throws Error where these are no rules */
export function alertsIn(yaml: string) {
  const rules = Value.Parse(Rules, parse(yaml)).groups.flatMap((group) => group.rules);
  return rules.filter((rule) => 'alert' in rule);
}

/** @throws Error where these are no cases */
export function casesIn(yaml: string): readonly Case[] {
  return Value.Parse(Cases, parse(yaml, { merge: true })).tests.flatMap((test) => [
    ...(test.alert_rule_test ?? []).map(({ alertname, exp_alerts: expected = [] }) => ({
      alert: alertname,
      fires: expected.length > 0,
    })),
    ...(test.promql_expr_test ?? []).flatMap(({ expr, exp_samples: expected = [] }) =>
      [...expr.matchAll(/alertname="(\w+)"/g)].map(([, alert = '']) => ({
        alert,
        fires: expected.length > 0,
      })),
    ),
  ]);
}
