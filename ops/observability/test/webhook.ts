/** Stands where alerts are sent to, and keeps them: a webhook of ours, and what looks like Slack's. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const Notification = Type.Object({
  receiver: Type.String(),
  alerts: Type.Array(
    Type.Object({
      status: Type.String(),
      labels: Type.Record(Type.String(), Type.String()),
      annotations: Type.Record(Type.String(), Type.String()),
    }),
  ),
});
type Notification = Static<typeof Notification>;

const SlackMessage = Type.Object({
  channel: Type.String(),
  attachments: Type.Array(Type.Object({ title: Type.String(), text: Type.String() })),
});
type SlackMessage = Static<typeof SlackMessage>;

export interface Told {
  readonly receiver: string;
  readonly authorization: string | undefined;
  readonly alert: Notification['alerts'][number];
}

export class Webhook {
  readonly told: Told[] = [];
  readonly slack: SlackMessage[] = [];
  url = '';

  static async start(atEnd: AtEnd): Promise<Webhook> {
    const webhook = new Webhook();
    const server = createServer((request, response) => {
      webhook.#take(request).then(
        () => response.end('ok'),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    webhook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // of TCP
    atEnd(() => {
      server.closeAllConnections();
      server.close();
    });
    return webhook;
  }

  find(alertname: string): Told | undefined {
    return this.told.find(({ alert }) => alert.labels['alertname'] === alertname);
  }

  async #take(request: IncomingMessage): Promise<void> {
    const body: unknown = JSON.parse(await text(request));
    if (request.url === '/slack') {
      this.slack.push(Value.Parse(SlackMessage, body));
      return;
    }
    const { receiver, alerts } = Value.Parse(Notification, body);
    const { authorization } = request.headers;
    for (const alert of alerts) this.told.push({ receiver, authorization, alert });
  }
}
