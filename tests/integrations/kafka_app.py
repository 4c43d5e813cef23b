"""Consumers of Kafka: ``python kafka_app.py confluent|aiokafka BROKER TOPIC COUNT`` handles so many messages and ends."""

import asyncio
import logging
import sys
from typing import Any

import logcorr
from logcorr.integrations import kafka

logcorr.configure(level="info,aiokafka=error")
log = logging.getLogger("consumer")


def handle(message: Any, value: bytes | None) -> None:
    """What the value says."""
    try:
        with kafka.consuming(message, group="billing"):
            log.info("handling")
            if value == b"fail":
                raise ValueError("no such order")
            if value == b"bind":
                logcorr.bind(runId="bound by the consumer")
            if value == b"forward":
                print(kafka.headers(message.headers() if callable(message.headers) else message.headers))
    except ValueError:
        log.exception("given up")


def consume(broker: str, topic: str, count: int) -> None:
    """By confluent-kafka."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": broker, "group.id": "billing", "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    while count:
        message = consumer.poll(1)
        if message is not None and not message.error():
            handle(message, message.value())
            count -= 1
    consumer.close()


async def consume_aio(broker: str, topic: str, count: int) -> None:
    """By aiokafka."""
    from aiokafka import AIOKafkaConsumer, TopicPartition

    consumer = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    for _ in range(count):
        record = await consumer.getone()
        handle(record, record.value)
    await consumer.stop()


if __name__ == "__main__":
    library, broker, topic, count = sys.argv[1:]
    if library == "confluent":
        consume(broker, topic, int(count))
    else:
        asyncio.run(consume_aio(broker, topic, int(count)))
