# Counts, keys, heredocs, escapes, blocks: each way of writing that changes the JSON.
locals {
  team = "web"
  full = "${local.team}-team"
}

variable "size" {
  type    = number
  default = 60
}

resource "alicloud_ecs_image_pipeline" "numbered" {
  count           = 2
  name            = "web-${count.index}"
  base_image      = "web"
  base_image_type = "IMAGE_FAMILY"
  build_content   = <<-EOT
    RUN echo $${HOME} %%{x} ${local.full}
    RUN yum update -y
  EOT
  system_disk_size = var.size
  lifecycle {
    prevent_destroy = true
  }
  timeouts {
    create = "20m"
  }
}

resource "alicloud_ecs_image_pipeline" "keyed" {
  for_each        = { "eu.west" = "cn-qingdao", north = "cn-beijing" }
  name            = "web-${each.key}"
  base_image      = "m-bp1example"
  base_image_type = "IMAGE"
  to_region_id    = [each.value]
  build_content   = file("build.sh")
  image_options {
    image_family = "web"
    image_features {
      nvme_support = "auto"
    }
  }
  depends_on = [alicloud_vswitch.default]
}

resource "alicloud_ecs_image_pipeline" "computed" {
  count           = length(var.names)
  name            = upper(local.team)
  base_image      = var.image
  base_image_type = "IMAGE"
  unknown_thing   = "x"
}
