"""A producer and a consumer of Kafka: what is done for a message is in the trace of whoever sent it.

python integrations/kafka/app.py                          # with librdkafka's own broker, within this process
KAFKA_BROKERS=localhost:9092 python integrations/kafka/app.py
"""

import os

from confluent_kafka import Consumer, Message, Producer, TopicPartition

import logcorr
from logcorr.integrations import kafka

logcorr.configure(service="billing")
log = logcorr.get_logger("billing")

TOPIC = "orders"


def send(producer: Producer) -> None:
    for number, amount in enumerate((10, 0), 1):
        with logcorr.operation("order", tenantId="tenant-7", runId=f"run-{number}"):
            producer.produce(TOPIC, str(amount).encode(), headers=kafka.headers(), partition=0)
            log.info("Order sent", amount=amount)
    producer.flush()


def bill(message: Message) -> None:
    with kafka.consuming(message, group="billing"):
        amount = int(message.value() or b"0")
        logcorr.bind(stepId="bill")
        log.info("Billing", share=100 / amount)


def receive(brokers: str, count: int) -> None:
    consumer = Consumer(
        {"bootstrap.servers": brokers, "group.id": "billing", "auto.offset.reset": "earliest"}
    )
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    while count:
        message = consumer.poll(1)
        if message is None or message.error():
            continue
        count -= 1
        try:
            bill(message)
        except ZeroDivisionError:
            log.exception("Not billed")
    consumer.close()


def main() -> None:
    brokers = os.environ.get("KAFKA_BROKERS", "")
    own: dict[str, str | int] = {"test.mock.num.brokers": 1, "log_level": 0}
    producer = Producer({"bootstrap.servers": brokers or "localhost:1", **({} if brokers else own)})
    nodes = producer.list_topics(timeout=60).brokers.values()
    send(producer)
    receive(",".join(f"{node.host}:{node.port}" for node in nodes), 2)


if __name__ == "__main__":
    main()
