// What the tests do with OpenAI's own JavaScript package. Usage: node client.mjs BASE_URL
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.argv[2],
  apiKey: process.env.TRILOGUE_API_KEY,
  maxRetries: 0,
});
const messages = [{ role: "user", content: "What is the exchange stipend?" }];
const told = {};

told.models = (await client.models.list()).data.map((model) => model.id);

const whole = await client.chat.completions.create({ model: "trilogue", messages });
told.answer = whole.choices[0].message.content;
told.usage = whole.usage;
told.citation = whole.citations[0].url;
told.annotation = whole.choices[0].message.annotations[0].url_citation;

const stream = await client.chat.completions.create({
  model: "trilogue",
  messages,
  stream: true,
  stream_options: { include_usage: true },
});
told.streamed = "";
for await (const chunk of stream) {
  told.streamed += chunk.choices[0]?.delta?.content ?? "";
  told.streamedUsage = chunk.usage ?? told.streamedUsage;
  told.streamedOutcome = chunk.outcome ?? told.streamedOutcome;
}

const embedded = await client.embeddings.create({ model: told.models[1], input: ["a", "b"] });
told.vectors = embedded.data.map((item) => item.embedding.length);

try {
  await client.chat.completions.create({ model: "trilogue", messages, tool_choice: "none" });
} catch (error) {
  told.refused = {
    status: error.status,
    kind: error.constructor.name,
    param: error.param,
    code: error.code,
    message: error.message,
  };
}
console.log(JSON.stringify(told));
