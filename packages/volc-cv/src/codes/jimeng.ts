/** The business codes of the Jimeng models, row by row as their documents give them. */
import type { Table } from "../Codes.ts"

/**
 * The table that the documents of video 3.0 Pro and of motion imitation print, word for word the same.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (updated 2025-09-01)
 * @see https://www.volcengine.com/docs/85621/1798351 (updated 2025-09-04)
 */
export const jimengVideo: Table = {
  id: "jimeng-video",
  title: "即梦AI-视频生成3.0 Pro, 动作模仿: 业务错误码",
  source: "https://www.volcengine.com/docs/85621/1777001",
  updated: "2025-09-01",
  read: "2026-11-20",
  rows: [
    {
      code: "10000",
      http: 200,
      message: "无",
      meaning: { en: "the request succeeded", zh: "请求成功" },
      retryable: "no",
      kind: "success",
    },
    {
      code: "50411",
      http: 400,
      message: "Pre Img Risk Not Pass",
      meaning: { en: "the input picture did not pass review", zh: "输入图片前审核未通过" },
      retryable: "no",
      kind: "input-moderated",
    },
    {
      code: "50511",
      http: 400,
      message: "Post Img Risk Not Pass",
      meaning: { en: "the picture that was made did not pass review", zh: "输出图片后审核未通过" },
      retryable: "yes",
      kind: "output-moderated",
    },
    {
      code: "50412",
      http: 400,
      message: "Text Risk Not Pass",
      meaning: { en: "the input text did not pass review", zh: "输入文本前审核未通过" },
      retryable: "no",
      kind: "input-moderated",
    },
    {
      code: "50512",
      http: 400,
      message: "Post Text Risk Not Pass",
      meaning: { en: "the text that was made did not pass review", zh: "输出文本后审核未通过" },
      retryable: "no",
      kind: "output-moderated",
    },
    {
      code: "50413",
      http: 400,
      message: "Post Text Risk Not Pass",
      meaning: {
        en: "the input text holds sensitive or copyrighted words",
        zh: "输入文本含敏感词、版权词等审核不通过",
      },
      retryable: "no",
      kind: "input-moderated",
    },
    {
      code: "50429",
      http: 429,
      message: "Request Has Reached API Limit, Please Try Later",
      meaning: { en: "too many calls per second", zh: "QPS超限" },
      retryable: "yes",
      kind: "rate-limited",
      conflict: "HTTP 404 in the lip-sync document, 429 in every Jimeng document.",
    },
    {
      code: "50430",
      http: 429,
      message: "Request Has Reached API Concurrent Limit, Please Try Later",
      meaning: { en: "too many tasks at once", zh: "并发超限" },
      retryable: "yes",
      kind: "concurrency-limited",
    },
    {
      code: "50500",
      http: 500,
      message: "Internal Error",
      meaning: { en: "internal error", zh: "内部错误" },
      retryable: "yes",
      kind: "provider-fault",
      conflict:
        "The Jimeng video documents say retry, the Jimeng image documents say do not, the lip-sync document says open a ticket. The video documents speak for these models.",
    },
    {
      code: "50501",
      http: 500,
      message: "Internal RPC Error",
      meaning: { en: "internal error of the algorithm", zh: "内部算法错误" },
      retryable: "yes",
      kind: "provider-fault",
      conflict:
        "The Jimeng video documents say retry, the Jimeng image documents say do not. The video documents speak for these models.",
    },
  ],
}

/**
 * Codes that the documents of sibling Jimeng models (OmniHuman, DreamActor m20, the picture models)
 * print in the same table. Our models share the family's review service, so they may meet them.
 *
 * @see https://www.volcengine.com/docs/85621/2201579 (read 2026-11-20)
 * @see https://www.volcengine.com/docs/85621/1828975 (read 2026-11-20)
 */
export const jimengFamily: Table = {
  id: "jimeng-family",
  title: "即梦AI: 业务错误码 of sibling models",
  source: "https://www.volcengine.com/docs/85621/2201579",
  read: "2026-11-20",
  rows: [
    {
      code: "50513",
      http: 400,
      message: "Pre Video Risk Not Pass",
      meaning: { en: "the input video did not pass review", zh: "输入视频前审核未通过" },
      retryable: "no",
      kind: "input-moderated",
      // A 505xx by its number, but a review of what was given: "Pre".
    },
    {
      code: "50514",
      http: 400,
      message: "Pre Audio Risk Not Pass",
      meaning: { en: "the input sound did not pass review", zh: "输入音频前审核未通过" },
      retryable: "no",
      kind: "input-moderated",
    },
    {
      code: "50516",
      http: 400,
      message: "Post Video Risk Not Pass",
      meaning: { en: "the video that was made did not pass review", zh: "输出视频后审核未通过" },
      retryable: "yes",
      kind: "output-moderated",
    },
    {
      code: "50517",
      http: 400,
      message: "Post Audio Risk Not Pass",
      meaning: { en: "the sound that was made did not pass review", zh: "输出音频后审核未通过" },
      retryable: "yes",
      kind: "output-moderated",
    },
    {
      code: "50518",
      http: 400,
      message: "Pre Img Risk Not Pass: Copyright",
      meaning: { en: "the input picture is under copyright", zh: "输入版权图前审核未通过" },
      retryable: "no",
      kind: "input-moderated",
    },
    {
      code: "50519",
      http: 400,
      message: "Post Img Risk Not Pass: Copyright",
      meaning: { en: "the picture that was made is under copyright", zh: "输出版权图后审核未通过" },
      retryable: "yes",
      kind: "output-moderated",
    },
    {
      code: "50520",
      http: 400,
      message: "Risk Internal Error",
      meaning: { en: "the review service failed", zh: "审核服务异常" },
      retryable: "no",
      kind: "provider-fault",
      about: "task",
    },
    {
      code: "50521",
      http: 400,
      message: "Antidirt Internal Error",
      meaning: { en: "the word review service failed", zh: "版权词服务异常" },
      retryable: "no",
      kind: "provider-fault",
      about: "task",
    },
    {
      code: "50522",
      http: 400,
      message: "Image Copyright Internal Error",
      meaning: { en: "the picture copyright service failed", zh: "版权图服务异常" },
      retryable: "no",
      kind: "provider-fault",
      about: "task",
    },
  ],
}
